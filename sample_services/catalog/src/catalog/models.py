"""What the catalogue keeps."""

from uuid import UUID, uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone

UNCATEGORISED_ID = UUID("5e1f0c6e-0d7a-4f0b-9a52-6f1c1d3b7a10")
UNCATEGORISED_NAME = "Uncategorised"


class Category(models.Model):
    """A shelf of the shop, perhaps inside another."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="unique_among_siblings"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(parent=None), name="unique_among_roots"
            ),
        ]


class Status(models.TextChoices):
    """Whether a product can be bought."""

    ACTIVE = "active"
    DISCONTINUED = "discontinued"
    PREORDER = "preorder"


class Product(models.Model):
    """A thing that the shop sells, with its current price."""

    sku = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=80)
    description = models.TextField(null=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ACTIVE)
    tags = models.JSONField(default=list)
    weight_grams = models.PositiveIntegerField(null=True)
    release_date = models.DateField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    price_amount = models.DecimalField(max_digits=11, decimal_places=2)
    price_currency = models.CharField(max_length=3)
    price_valid_from = models.DateTimeField(default=timezone.now)
    discount_percent = models.PositiveSmallIntegerField(null=True)
    discount_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="preorder", release_date__isnull=False)
                | (~Q(status="preorder") & Q(release_date=None)),
                name="only_preorders_have_a_release_date",
            )
        ]


class Review(models.Model):
    """What a customer thinks of a product."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews")
    author = models.CharField(max_length=80)
    rating = models.PositiveSmallIntegerField()
    body = models.TextField(null=True)
    pros = models.JSONField(default=list)
    cons = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]
