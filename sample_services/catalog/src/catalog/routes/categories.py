"""Operations on the category tree."""

from collections import defaultdict
from typing import Annotated
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from ninja import Body, Router, Status
from ninja.errors import HttpError

from catalog import models
from catalog.errors import refusals
from catalog.lookup import category_or_409
from catalog.schemas import Category, NewCategory

router = Router(tags=["categories"])

MAX_DEPTH = 8


def tree() -> list[Category]:
    """All categories, each under its parent."""
    by_parent: dict[UUID | None, list[models.Category]] = defaultdict(list)
    for category in models.Category.objects.order_by("name", "id"):
        by_parent[category.parent_id].append(category)

    def below(parent_id: UUID | None) -> list[Category]:
        return [
            Category(id=category.id, name=category.name, children=below(category.id))
            for category in by_parent[parent_id]
        ]

    return below(None)


def depth(category: models.Category | None) -> int:
    """How many categories stand from the root down to this one."""
    steps = 0
    while category is not None:
        steps += 1
        category = category.parent
    return steps


@router.get("/categories", operation_id="list_categories", response=list[Category])
def list_categories(request: HttpRequest) -> list[Category]:
    """Show the category tree."""
    return tree()


@router.post(
    "/categories",
    operation_id="create_category",
    response={201: Category, **refusals(400, 409, 415, 422)},
)
def create_category(request: HttpRequest, new: Annotated[NewCategory, Body()]) -> Status[Category]:
    """Add a category at the root or under a parent."""
    parent = category_or_409(new.parent_id) if new.parent_id is not None else None
    if depth(parent) >= MAX_DEPTH:
        raise HttpError(409, f"Categories stand at most {MAX_DEPTH} deep.")
    category = models.Category(name=new.name, parent=parent)
    try:
        with transaction.atomic():
            category.save(force_insert=True)
    except IntegrityError as error:
        raise HttpError(409, f"There is a category {new.name!r} here already.") from error
    return Status(201, Category(id=category.id, name=category.name, children=[]))
