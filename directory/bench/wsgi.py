"""The site's own WSGI application with the benchmark's addresses."""

from django.conf import settings
from django.utils.module_loading import import_string

settings.ROOT_URLCONF = "directory.bench.urls"
application = import_string(settings.WSGI_APPLICATION)
