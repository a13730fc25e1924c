"""Fill the templates of a page."""

from collections.abc import Callable, Mapping

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


def fill(
    template: str,
    packages: tuple[str, ...],
    filters: Mapping[str, Callable[..., str]],
    **values: object,
) -> str:
    """Return the page of a template, which is looked for in the `templates/` of each of `packages`."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= filters
    return environment.get_template(template).render(**values)
