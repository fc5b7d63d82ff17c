"""What the head of a page says more than once: its title and its description."""

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.tag
def once(parser: Parser, token: Token) -> "Once":
    """`{% once title %}{% block title %}...{% endonce %}` shows nothing and keeps it under that name."""
    _tag, name = token.split_contents()
    inside = parser.parse(("endonce",))
    parser.delete_first_token()
    return Once(name, inside)


class Once(template.Node):
    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> SafeString:
        # On one line, and fit for an attribute: the block is escaped already, but for quotation marks of its own.
        text = " ".join(self.nodelist.render(context).split()).replace('"', "&quot;")
        context[self.name] = mark_safe(text)  # noqa: S308 (escaped where it was written)
        return mark_safe("")
