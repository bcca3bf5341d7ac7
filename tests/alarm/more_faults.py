"""Faults beyond the ten: for every check at least one, and further frameworks and client styles."""

from __future__ import annotations

from tests.alarm.faults import Batch, Edit, Fault

FEWER = ("--examples", "10")

_HALF_A_PACT = (
    '{"consumer": {"name": "kiosk"}, "provider": {"name": "inventory"}, "interactions": ['
)

# Flask: what was made is not kept, what was given back stays, and three gaps between document and
# code.
INVENTORY = Batch(
    "flask-and-its-document",
    (
        "--service",
        "inventory",
        *("--check", "deleted-resource-served"),
        *("--check", "created-resource-missing"),
        *("--check", "status-undocumented"),
        *("--check", "valid-request-rejected"),
        *("--check", "invalid-request-accepted"),
        *FEWER,
    ),
    (
        Fault(
            "release-keeps-the-row",
            (
                Edit(
                    "inventory/src/inventory/routes/reservations.py",
                    "        session.delete(reservation)\n",
                    "        reservation.quantity = 0\n",
                ),
            ),
            (),
            ("deleted-resource-served", "inventory"),
            "DELETE /reservations/{reservation_id}",
        ),
        Fault(
            "commit-forgotten-after-creating",
            (
                Edit(
                    "inventory/src/inventory/routes/warehouses.py",
                    "        with sessions.begin() as session:\n"
                    "            session.add(warehouse)\n",
                    "        with sessions() as session:\n"
                    "            session.add(warehouse)\n"
                    "            session.flush()\n",
                ),
            ),
            (),
            ("created-resource-missing", "inventory"),
            "POST /warehouses",
        ),
        Fault(
            "conflict-left-out-of-the-document",
            (
                Edit(
                    "inventory/src/inventory/routes/reservations.py",
                    '        409: "Conflict",\n',
                    "",
                ),
            ),
            (),
            ("status-undocumented", "inventory"),
            "POST /reservations",
        ),
        Fault(
            "limit-enforced-beside-the-schema",
            (
                Edit(
                    "inventory/src/inventory/schemas.py",
                    "    restock_at = Instant(allow_none=True)\n",
                    "    restock_at = Instant(allow_none=True)\n\n"
                    '    @validates("quantity")\n'
                    "    def fits(self, quantity: int, **_: object) -> None:\n"
                    '        """Refuse what no warehouse holds."""\n'
                    "        if quantity > 100_000:\n"
                    '            raise ValidationError("No warehouse holds that much.")\n',
                ),
                Edit(
                    "inventory/src/inventory/schemas.py",
                    "from marshmallow import RAISE, fields, validate\n",
                    "from marshmallow import RAISE, ValidationError, fields, validate, validates\n",
                ),
            ),
            (),
            ("valid-request-rejected", "inventory"),
            "quantity",
        ),
        Fault(
            "bounds-documented-and-not-enforced",
            (
                Edit(
                    "inventory/src/inventory/schemas.py",
                    "    quantity = whole_field(1, MAX_QUANTITY)\n",
                    "    quantity = fields.Integer(\n"
                    '        required=True, metadata={"minimum": 1, "maximum": MAX_QUANTITY}\n'
                    "    )\n",
                ),
            ),
            (),
            ("invalid-request-accepted", "inventory"),
            "POST /reservations",
        ),
    ),
)

# Django: a constraint that nobody handles, a row that stays, a page beyond what the database
# counts to, and a token that is only looked for.
CATALOG = Batch(
    "django-under-traffic",
    (
        "--service",
        "catalog",
        *("--check", "service-crashes"),
        *("--check", "deleted-resource-served"),
        *("--check", "authentication-ignored"),
        *FEWER,
    ),
    (
        Fault(
            "constraint-not-handled",
            (
                Edit(
                    "catalog/src/catalog/routes/categories.py",
                    "    try:\n"
                    "        with transaction.atomic():\n"
                    "            category.save(force_insert=True)\n"
                    "    except IntegrityError as error:\n"
                    '        raise HttpError(409, f"There is a category {new.name!r} here '
                    'already.") from error\n',
                    "    with transaction.atomic():\n        category.save(force_insert=True)\n",
                ),
            ),
            (),
            ("service-crashes", "catalog"),
            "sample_services/catalog/src/catalog/routes/categories.py",
        ),
        Fault(
            "discontinued-rather-than-deleted",
            (
                Edit(
                    "catalog/src/catalog/routes/products.py",
                    "        product_or_404(sku).delete()\n",
                    "        product = product_or_404(sku)\n"
                    "        product.status, product.release_date = "
                    "models.Status.DISCONTINUED, None\n"
                    "        product.save(force_update=True)\n",
                ),
            ),
            (),
            ("deleted-resource-served", "catalog"),
            "DELETE /products/{sku}",
        ),
        Fault(
            "pages-without-a-last-one",
            (
                Edit(
                    "catalog/src/catalog/values.py",
                    "PageNumber = Annotated[int, Field(ge=1, le=100_000), ",
                    "PageNumber = Annotated[int, Field(ge=1), ",
                ),
            ),
            (),
            ("service-crashes", "catalog"),
            "sample_services/catalog/src/catalog/routes/products.py",
        ),
        Fault(
            "any-token-passes",
            (
                Edit(
                    "catalog/src/catalog/auth.py",
                    "        return token if compare_digest(token.encode(), expected.encode())"
                    " else None\n",
                    "        return token if expected else None\n",
                ),
            ),
            (),
            ("authentication-ignored", "catalog"),
            "PUT /products/{sku}/price",
        ),
    ),
)

# Django: nothing here fails the gate, and all of it is told.
WARNINGS = Batch(
    "django-and-its-document",
    (
        *("--edge", "stocktake:catalog"),
        *("--check", "status-undocumented"),
        *("--check", "invalid-request-accepted"),
        *("--check", "valid-request-rejected"),
        *("--check", "operation-uncovered"),
        *FEWER,
    ),
    (
        Fault(
            "conflict-left-out-of-the-refusals",
            (
                Edit(
                    "catalog/src/catalog/routes/products.py",
                    "    response={201: Product, **refusals(400, 409, 415, 422)},\n",
                    "    response={201: Product, **refusals(400, 415, 422)},\n",
                ),
            ),
            (),
            ("status-undocumented", "catalog"),
            "POST /products",
        ),
        Fault(
            "page-size-cut-down-in-silence",
            (
                Edit(
                    "catalog/src/catalog/values.py",
                    "PageSize = Annotated[int, Field(ge=1, le=100), BeforeValidator(_digits)]",
                    "PageSize = Annotated[int, Field(ge=1, le=100), BeforeValidator(_at_most_100)]",
                ),
                Edit(
                    "catalog/src/catalog/values.py",
                    "def _whole(value: Any)",
                    "def _at_most_100(value: Any) -> int:\n"
                    '    """A whole number; what is beyond a hundred counts as a hundred."""\n'
                    "    return min(_digits(value), 100)\n\n\n"
                    "def _whole(value: Any)",
                ),
            ),
            (),
            ("invalid-request-accepted", "catalog"),
            "query:page_size",
        ),
        Fault(
            "deep-pages-refused",
            (
                Edit(
                    "catalog/src/catalog/schemas.py",
                    "    page_size: PageSize = 20\n",
                    "    page_size: PageSize = 20\n\n"
                    '    @field_validator("page")\n'
                    "    @classmethod\n"
                    "    def is_not_deep(cls, page: int) -> int:\n"
                    '        """Refuse what makes the database skip a million rows."""\n'
                    "        if page > 10_000:\n"
                    '            raise ValueError("nobody reads that far")\n'
                    "        return page\n",
                ),
                Edit(
                    "catalog/src/catalog/schemas.py",
                    "BaseModel, ConfigDict, Field\n",
                    "BaseModel, ConfigDict, Field, field_validator\n",
                ),
            ),
            (),
            ("valid-request-rejected", "catalog"),
            "query:page",
        ),
        Fault(
            "dollars-refused",
            (
                Edit(
                    "catalog/src/catalog/routes/prices.py",
                    "    return present(product_or_404(sku), query.currency)\n",
                    "    if query.currency is Currency.USD:\n"
                    '        loc = ["query", "currency"]\n'
                    '        raise ValidationError([{"type": "", "loc": loc, "msg": "No $."}])\n'
                    "    return present(product_or_404(sku), query.currency)\n",
                ),
                Edit(
                    "catalog/src/catalog/routes/prices.py",
                    "from ninja import Body, Path, Query, Router\n",
                    "from ninja import Body, Path, Query, Router\n"
                    "from ninja.errors import ValidationError\n",
                ),
            ),
            (),
            ("valid-request-rejected", "catalog"),
            "query:currency",
        ),
        Fault(
            "unknown-currency-taken-for-euros",
            (
                Edit(
                    "catalog/src/catalog/money.py",
                    '    USD = "USD"\n',
                    '    USD = "USD"\n\n'
                    "    @classmethod\n"
                    '    def _missing_(cls, value: object) -> "Currency":\n'
                    "        return cls.EUR\n",
                ),
            ),
            (),
            ("invalid-request-accepted", "catalog"),
            "query:currency",
        ),
        Fault(
            "credentials-not-given",
            (Edit("catalog/pyproject.toml", 'auth = "catalog.provider_states:credentials"\n', ""),),
            (),
            ("operation-uncovered", "catalog"),
            "PUT /products/{sku}/price",
        ),
    ),
    exit_code=0,
)

# FastAPI: a commit and a check left out, a way round the response model, gaps in the document.
ORDERS = Batch(
    "fastapi-under-traffic",
    (
        "--service",
        "orders",
        *("--check", "deleted-resource-served"),
        *("--check", "authentication-ignored"),
        *("--check", "response-schema-violated"),
        *("--check", "status-undocumented"),
        *("--check", "invalid-request-accepted"),
        *FEWER,
    ),
    (
        Fault(
            "commit-forgotten-after-deleting",
            (
                Edit(
                    "orders/src/orders/lifecycle.py",
                    "    session.delete(order)\n    session.commit()\n",
                    "    session.delete(order)\n    session.flush()\n",
                ),
            ),
            (),
            ("deleted-resource-served", "orders"),
            "DELETE /orders/{order_id}",
        ),
        Fault(
            "missing-token-passes",
            (
                Edit(
                    "orders/src/orders/auth.py",
                    "    if not secrets.compare_digest(",
                    "    if credentials and not secrets.compare_digest(",
                ),
            ),
            (),
            ("authentication-ignored", "orders"),
            "DELETE /orders/{order_id}",
        ),
        Fault(
            "response-model-gone-round",
            (
                Edit(
                    "orders/src/orders/routes/customers.py",
                    '@router.get("/{customer_id}/summary", operation_id="getCustomerSummary", '
                    "responses=documented(422))\n",
                    "@router.get(\n"
                    '    "/{customer_id}/summary",\n'
                    '    operation_id="getCustomerSummary",\n'
                    "    response_model=CustomerSummary,\n"
                    "    responses=documented(422),\n"
                    ")\n",
                ),
                Edit(
                    "orders/src/orders/routes/customers.py",
                    "session: SessionDep) -> CustomerSummary:",
                    "session: SessionDep) -> JSONResponse:",
                ),
                Edit(
                    "orders/src/orders/routes/customers.py",
                    "    return queries.summarise(customer_id, session)\n",
                    "    summary = queries.summarise(customer_id, session)\n"
                    "    spent = {each: float(total) for each, total in "
                    "summary.total_spent.items()}\n"
                    '    rest = summary.model_dump(mode="json", exclude={"total_spent"})\n'
                    '    return JSONResponse({**rest, "total_spent": spent})\n',
                ),
                Edit(
                    "orders/src/orders/routes/customers.py",
                    "from fastapi import APIRouter\n",
                    "from fastapi import APIRouter\nfrom fastapi.responses import JSONResponse\n",
                ),
            ),
            (),
            ("response-schema-violated", "orders"),
            "$.total_spent",
        ),
        Fault(
            "conflict-left-out-of-the-responses",
            (
                Edit(
                    "orders/src/orders/routes/orders.py",
                    'operation_id="payOrder", responses=documented(400, 404, 409, 422)',
                    'operation_id="payOrder", responses=documented(400, 404, 422)',
                ),
            ),
            (),
            ("status-undocumented", "orders"),
            "POST /orders/{order_id}/pay",
        ),
        Fault(
            "page-size-cut-down-before-its-bounds",
            (
                Edit(
                    "orders/src/orders/fields.py",
                    "PageSize = Annotated[int, Field(ge=1, le=100), BeforeValidator(_integer)]",
                    "PageSize = Annotated[int, Field(ge=1, le=100), BeforeValidator(_at_most_100)]",
                ),
                Edit(
                    "orders/src/orders/fields.py",
                    "def _whole(value: object)",
                    "def _at_most_100(value: object) -> object:\n"
                    '    """Show at most a hundred, whatever is asked for."""\n'
                    "    number = _integer(value)\n"
                    "    return min(int(number), 100) if isinstance(number, int | str) "
                    "else number\n\n\n"
                    "def _whole(value: object)",
                ),
            ),
            (),
            ("invalid-request-accepted", "orders"),
            "query:page_size",
        ),
    ),
)

# Pacts against providers in three frameworks.
PACTS = Batch(
    "pacts-and-provider-states",
    (
        *("--edge", "stocktake:catalog"),
        *("--edge", "stocktake:inventory"),
        *("--edge", "storefront:orders"),
        *("--check", "provider-state-missing"),
        *("--check", "provider-state-failed"),
        *("--check", "pact-invalid"),
        *("--check", "interaction-not-honoured"),
    ),
    (
        Fault(
            "state-renamed-in-the-dictionary",
            (
                Edit(
                    "inventory/src/inventory/provider_states.py",
                    '    "a sku is low": a_sku_is_low,\n',
                    '    "a sku runs low": a_sku_is_low,\n',
                ),
            ),
            (),
            ("provider-state-missing", "stocktake:inventory"),
            "'a sku is low' has no handler",
        ),
        Fault(
            "state-renamed-in-the-module",
            (
                Edit(
                    "orders/src/orders/provider_states.py",
                    "def a_product_is_out_of_stock(",
                    "def a_product_is_sold_out(",
                ),
            ),
            (),
            ("provider-state-missing", "storefront:orders"),
            "'a product is out of stock' has no handler",
        ),
        Fault(
            "parameter-of-a-state-renamed",
            (
                Edit(
                    "inventory/src/inventory/provider_states.py",
                    '    sku: str, restock_at: str = "2031-05-01T06:00:00+00:00", on_hand',
                    '    sku: str, expected_at: str = "2031-05-01T06:00:00+00:00", on_hand',
                ),
                Edit(
                    "inventory/src/inventory/provider_states.py",
                    "    a_sku_exists(sku, on_hand, restock_at=restock_at)\n",
                    "    a_sku_exists(sku, on_hand, restock_at=expected_at)\n",
                ),
            ),
            (),
            ("provider-state-failed", "stocktake:inventory"),
            "unexpected keyword argument 'restock_at'",
        ),
        Fault(
            "state-raises",
            (
                Edit(
                    "catalog/src/catalog/provider_states.py",
                    "discount_until=datetime.fromisoformat(until)",
                    'discount_until=datetime.strptime(until, "%Y-%m-%d")',
                ),
            ),
            (),
            ("provider-state-failed", "stocktake:catalog"),
            "in a_product_with_a_discount_exists",
        ),
        Fault(
            "pact-half-written",
            (),
            (),
            ("pact-invalid", "contracts/pacts/kiosk-inventory.json"),
            "expected JSON",
            (("contracts/pacts/kiosk-inventory.json", _HALF_A_PACT),),
        ),
        Fault(
            "interaction-without-a-request",
            (),
            (),
            ("pact-invalid", "contracts/pacts/kiosk-catalog.json"),
            "$.interactions[0]",
            (
                (
                    "contracts/pacts/kiosk-catalog.json",
                    '{"consumer": {"name": "kiosk"}, "provider": {"name": "catalog"}, '
                    '"interactions": [{"description": "a desk", "response": {"status": 200}}], '
                    '"metadata": {"pactSpecification": {"version": "2.0.0"}}}',
                ),
            ),
        ),
        Fault(
            "moment-became-a-day",
            (
                Edit(
                    "catalog/src/catalog/schemas.py",
                    "    valid_from: AwareDatetime\n",
                    "    valid_from: Day\n",
                ),
                Edit(
                    "catalog/src/catalog/routes/prices.py",
                    "        valid_from=product.price_valid_from,\n",
                    "        valid_from=product.price_valid_from.date(),\n",
                ),
            ),
            (),
            ("interaction-not-honoured", "stocktake:catalog"),
            "$.valid_from",
        ),
        Fault(
            "conflict-became-a-bad-request",
            (
                Edit(
                    "orders/src/orders/problems.py",
                    "    OrderConflict: 409,\n",
                    "    OrderConflict: 400,\n",
                ),
            ),
            (),
            ("interaction-not-honoured", "storefront:orders"),
            "expected 409 but was 400",
        ),
    ),
)

# Consumers' own code, a new edge without a word, and two broken documents.
CONSUMERS = Batch(
    "consumers-and-documents",
    (
        *("--edge", "inventory:catalog"),
        *("--edge", "orders:catalog"),
        *("--edge", "catalog:inventory"),
        *("--check", "consumer-test-failed"),
        *("--check", "edge-without-contract"),
        *("--check", "schema-invalid"),
    ),
    (
        Fault(
            "typed-dict-client-takes-no-null",
            (
                Edit(
                    "inventory/src/inventory/clients/catalog.py",
                    '            "weight_grams": int() | None as weight_grams,\n',
                    '            "weight_grams": int() as weight_grams,\n',
                ),
            ),
            (),
            ("consumer-test-failed", "inventory:catalog"),
            "sample_services/inventory/src/inventory/clients/catalog.py",
        ),
        Fault(
            "pydantic-client-takes-absence-for-an-outage",
            (
                Edit(
                    "orders/src/orders/clients/catalog.py",
                    "if response.status_code in (404, 422):",
                    "if response.status_code == 422:",
                ),
            ),
            (),
            ("consumer-test-failed", "orders:catalog"),
            "sample_services/orders/src/orders/clients/catalog.py",
        ),
        Fault(
            "new-neighbour-without-a-contract",
            (
                Edit(
                    "catalog/pyproject.toml",
                    'owner = "team-catalog"',
                    'consumes = { inventory = "INVENTORY_URL" }\nowner = "team-catalog"',
                ),
            ),
            (),
            ("edge-without-contract", "catalog:inventory"),
            "catalog says that it consumes inventory",
        ),
        Fault(
            "document-moved",
            (
                Edit(
                    "catalog/pyproject.toml",
                    'documents = ["/openapi.json"]',
                    'documents = ["/api/openapi.json"]',
                ),
            ),
            (),
            ("schema-invalid", "catalog"),
            "/api/openapi.json",
        ),
        Fault(
            "type-that-json-schema-does-not-have",
            (
                Edit(
                    "inventory/src/inventory/spec.py",
                    '{"type": "integer", "minimum": 1,',
                    '{"type": "int", "minimum": 1,',
                ),
            ),
            (),
            ("schema-invalid", "inventory"),
            "parameters[0].schema.type",
        ),
    ),
)

# Django's models are typed by the service's own plugin.
TYPES = Batch(
    "django-under-the-type-checker",
    ("--service", "catalog", "--check", "type-error"),
    (
        Fault(
            "nullable-column-used-as-text",
            (
                Edit(
                    "catalog/src/catalog/routes/products.py",
                    "        description=product.description,\n        category=CategoryName(",
                    "        description=product.description.strip(),\n"
                    "        category=CategoryName(",
                ),
            ),
            (),
            ("type-error", "catalog"),
            "sample_services/catalog/src/catalog/routes/products.py",
        ),
    ),
)

BATCHES = (INVENTORY, CATALOG, WARNINGS, ORDERS, PACTS, CONSUMERS, TYPES)
