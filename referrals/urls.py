"""Addresses of a patient's request."""

from django.urls import path

from referrals.views import check, confirm, contact, download, files, follow, intake, links, lost, mails, resume

urlpatterns = [
    path("procedures/<slug:slug>/check/", check.check, name="procedure-check"),
    path("demo/mails/", mails.mails, name="demo-mails"),
    path("referrals/new/", intake.new, name="referral-new"),
    path("referrals/find/", lost.lost, name="referral-lost"),
    path("referrals/<str:token>/", follow.follow, name="referral-follow"),
    path("referrals/<str:token>/open/", follow.show_all, name="referral-open"),
    path("referrals/<str:token>/answer/", follow.answer, name="referral-answer"),
    path("referrals/<str:token>/message/", follow.message, name="referral-message"),
    path("referrals/<str:token>/files/add/", follow.add_file, name="referral-add-file"),
    path("referrals/<str:token>/files/remove/", follow.remove_file, name="referral-remove-file"),
    path("referrals/<str:token>/files/<int:number>/", files.file, name="referral-file"),
    path("referrals/<str:token>/seen/", follow.seen, name="referral-seen"),
    path("referrals/<str:token>/not-seen/", follow.not_seen, name="referral-not-seen"),
    path("referrals/<str:token>/move-on/", follow.move_on, name="referral-move-on"),
    path("referrals/<str:token>/resume/", resume.resume, name="referral-resume"),
    path("referrals/<str:token>/contact/", contact.correct, name="referral-contact"),
    path("referrals/<str:token>/confirm/", confirm.confirm, name="referral-confirm"),
    path("referrals/<str:token>/withdraw/", follow.withdraw, name="referral-withdraw"),
    path("referrals/<str:token>/erase/", follow.erase, name="referral-erase"),
    path("referrals/<str:token>/not-mine/", follow.not_mine, name="referral-not-mine"),
    path("referrals/<str:token>/download/", download.file, name="referral-download"),
    path("referrals/<str:token>/end-links/", links.end_all, name="referral-end-links"),
]
