"""Faults that no type checker sees: values that contradict annotations while services run."""

from __future__ import annotations

from tests.alarm.faults import Batch, Edit, Fault

# FastAPI: a cast that lies, and a number that a model makes of a text.
FASTAPI = Batch(
    "what-fastapi-and-mypy-believe",
    (
        *("--service", "orders"),
        *("--check", "annotation-violated", "--check", "response-coerced"),
        *("--examples", "5"),
    ),
    (
        Fault(
            "cast-that-lies",
            (
                Edit(
                    "orders/src/orders/routes/customers.py",
                    "    return queries.summarise(customer_id, session)\n",
                    "    return queries.summarise(cast(int, str(customer_id)), session)\n",
                ),
                Edit(
                    "orders/src/orders/routes/customers.py",
                    "from fastapi import APIRouter\n",
                    "from typing import cast\n\nfrom fastapi import APIRouter\n",
                ),
            ),
            (),
            ("annotation-violated", "orders"),
            "queries.py:42 summarise() argument customer_id: expected int, saw str",
        ),
        Fault(
            "number-returned-as-text",
            (
                Edit(
                    "orders/src/orders/routes/orders.py",
                    '@router.get("/{order_id}", operation_id="getOrder", '
                    "responses=documented(404, 422))\n"
                    "def get_order(order_id: OrderKey, session: SessionDep) -> Order:\n"
                    '    """Show one order."""\n'
                    "    return Order.model_validate(lifecycle.find(order_id, session))\n",
                    '@router.get("/{order_id}", operation_id="getOrder", '
                    "response_model=Order, responses=documented(404, 422))\n"
                    "def get_order(order_id: OrderKey, session: SessionDep) -> dict[str, Any]:\n"
                    '    """Show one order."""\n'
                    "    order = Order.model_validate(lifecycle.find(order_id, session))\n"
                    "    return dict(order) | {'customer_id': str(order.customer_id)}\n",
                ),
            ),
            (),
            ("response-coerced", "orders"),
            "returned str at $.customer_id, of which its framework made int",
        ),
        Fault(
            "text-assigned-to-a-number",
            (
                Edit(
                    "orders/src/orders/routes/orders.py",
                    "    return Order.model_validate(lifecycle.pay(",
                    "    paid = Order.model_validate(lifecycle.pay(",
                ),
                Edit(
                    "orders/src/orders/routes/orders.py",
                    "lifecycle.pay(order_id, body.method, session))\n",
                    "lifecycle.pay(order_id, body.method, session))\n"
                    '    return paid.model_copy(update={"customer_id": str(paid.customer_id)})\n',
                ),
            ),
            (),
            ("response-coerced", "orders"),
            "pay_order() sent str at $.customer_id, which nothing held against its response model",
        ),
    ),
)

# Flask: a database that answers otherwise than annotated. Django: a key that nobody gets to see.
OTHERS = Batch(
    "what-flask-and-django-believe",
    (
        *("--service", "inventory", "--service", "catalog"),
        *("--check", "annotation-violated", "--check", "response-coerced"),
        *("--examples", "5"),
    ),
    (
        Fault(
            "count-that-the-database-gives-as-text",
            (
                Edit(
                    "inventory/src/inventory/routes/warehouses.py",
                    '    with sessions.begin() as session:\n        return {\n            "items"',
                    "    with sessions.begin() as session:\n"
                    '        counting = text("SELECT CAST(COUNT(*) AS TEXT) FROM warehouse")\n'
                    "        counted: int = session.execute(counting).scalar_one()\n"
                    '        return {\n            "items"',
                ),
                Edit(
                    "inventory/src/inventory/routes/warehouses.py",
                    '"total": session.scalar(select(func.count()).select_from(Warehouse)),',
                    '"total": counted,',
                ),
                Edit(
                    "inventory/src/inventory/routes/warehouses.py",
                    "from sqlalchemy import delete, func, select\n",
                    "from sqlalchemy import delete, select, text\n",
                ),
            ),
            (),
            ("annotation-violated", "inventory"),
            "list_warehouses() variable counted: expected int, saw str",
        ),
        Fault(
            "key-that-the-schema-does-not-have",
            (
                Edit(
                    "catalog/src/catalog/api.py",
                    "def get_health(request: HttpRequest) -> Health:\n"
                    '    """Tell that the service answers."""\n'
                    '    return Health(status="ok")\n',
                    "def get_health(request: HttpRequest) -> dict[str, str]:\n"
                    '    """Tell that the service answers."""\n'
                    '    return {"status": "ok", "version": "1.0.0"}\n',
                ),
            ),
            (),
            ("response-coerced", "catalog"),
            "get_health() returned version at $, which Health does not have",
        ),
        Fault(
            "key-that-marshmallow-passes-over",
            (
                Edit(
                    "inventory/src/inventory/app.py",
                    '        return {"status": "ok"}\n',
                    '        return {"status": "ok", "since": "1970-01-01"}\n',
                ),
            ),
            (),
            ("response-coerced", "inventory"),
            "get_health() returned since at $, which Health does not have: dropped",
        ),
    ),
)

OBSERVED = (FASTAPI, OTHERS)
