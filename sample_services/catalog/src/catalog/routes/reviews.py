"""Operations on the reviews of a product."""

from typing import Annotated

from django.db import transaction
from django.http import HttpRequest
from ninja import Body, Path, Router, Status

from catalog import models
from catalog.errors import refusals
from catalog.lookup import product_or_404
from catalog.schemas import NewReview, Review
from catalog.values import Sku

router = Router(tags=["reviews"])


def present(review: models.Review) -> Review:
    """The review as answers show it."""
    return Review(
        id=review.id,
        author=review.author,
        rating=review.rating,
        body=review.body,
        pros=review.pros,
        cons=review.cons,
        created_at=review.created_at,
    )


@router.get(
    "/products/{sku}/reviews",
    operation_id="list_reviews",
    response={200: list[Review], **refusals(404, 422)},
)
def list_reviews(request: HttpRequest, sku: Annotated[Sku, Path()]) -> list[Review]:
    """List the reviews of a product, oldest first."""
    return [present(review) for review in product_or_404(sku).reviews.all()]


@router.post(
    "/products/{sku}/reviews",
    operation_id="create_review",
    response={201: Review, **refusals(400, 404, 415, 422)},
)
def create_review(
    request: HttpRequest, sku: Annotated[Sku, Path()], new: Annotated[NewReview, Body()]
) -> Status[Review]:
    """Publish a review of a product."""
    with transaction.atomic():
        review = product_or_404(sku).reviews.create(**new.model_dump())
    return Status(201, present(review))
