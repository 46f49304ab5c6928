"""How EXMO's methods are described: under both versions of the API or the newer one, with the parameters they share."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.endpoint import Access, Beyond, Endpoint, Handler, Parameter, ParameterKind
from mockserver.core.shapes import Shape

#: The kind of keys that version 1.1 asks for, and the older one (facts 1.5).
KEY_KINDS = ("v1.1", "v1")

PAIR = Parameter(name="pair", kind=ParameterKind.MARKET, note="BASE_QUOTE")
QUANTITY = Parameter(name="quantity", kind=ParameterKind.DECIMAL, note="of the base")
ORDER_ID = Parameter(name="order_id", kind=ParameterKind.ORDER_ID)
OFFSET = Parameter(
    name="offset",
    kind=ParameterKind.INTEGER,
    required=False,
    minimum=Decimal(0),
    beyond=Beyond.DEFAULT,
    default="0",
    note="from the newest",
)
CLIENT_ID = Parameter(
    name="client_id",
    kind=ParameterKind.INTEGER,
    required=False,
    minimum=Decimal(1),
    maximum=Decimal((1 << 63) - 1),
    note="echoed by every list of orders",
)


def limit(most: int) -> Parameter:
    """Describe how many a list may have at most, 100 unless it is said."""
    return Parameter(
        name="limit",
        kind=ParameterKind.INTEGER,
        required=False,
        minimum=Decimal(1),
        maximum=Decimal(most),
        beyond=Beyond.CUT,
        default="100",
    )


def public_method(
    name: str,
    handler: Handler,
    parameters: tuple[Parameter, ...] = (),
    *,
    section: str,
    answer: Shape,
    operation: str | None = None,
    old: Handler | None = None,
    old_answer: Shape | None = None,
) -> tuple[Endpoint, ...]:
    """Describe a public method under both versions; what begins with `old` is version 1's, where that one differs."""
    return tuple(
        Endpoint(
            name=f"{prefix}{name}",
            method="*",
            path=f"/{version}/{name}",
            access=Access.PUBLIC,
            handler=handle,
            parameters=parameters,
            operation=operation,
            answer=looks,
            source=f"EXMO facts {section}",
        )
        for version, prefix, handle, looks in (
            ("v1.1", "", handler, answer),
            ("v1", "v1/", old or handler, old_answer or answer),
        )
    )


def private_method(
    name: str,
    handler: Handler,
    parameters: tuple[Parameter, ...] = (),
    *,
    section: str,
    answer: Shape,
    operation: str | None = None,
    access: Access = Access.READ,
    changes_state: bool | None = None,
    old: Handler | None = None,
    old_parameters: tuple[Parameter, ...] | None = None,
    old_answer: Shape | None = None,
) -> tuple[Endpoint, ...]:
    """Describe a private method under both versions; what begins with `old` is version 1's, where that one differs."""
    return tuple(
        Endpoint(
            name=f"{prefix}{name}",
            method="POST",
            path=f"/{version}/{name}",
            access=access,
            handler=handle,
            parameters=takes,
            operation=operation,
            changes_state=access is not Access.READ if changes_state is None else changes_state,
            answer=looks,
            key_kinds=kinds,
            source=f"EXMO facts {section}",
        )
        for version, prefix, handle, takes, looks, kinds in (
            ("v1.1", "", handler, parameters, answer, KEY_KINDS[:1]),
            (
                "v1",
                "v1/",
                old or handler,
                parameters if old_parameters is None else old_parameters,
                old_answer or answer,
                (),
            ),
        )
    )


def new_method(
    name: str,
    handler: Handler,
    parameters: tuple[Parameter, ...] = (),
    *,
    section: str = "5",
    answer: Shape,
    access: Access = Access.READ,
    changes_state: bool | None = None,
) -> Endpoint:
    """Describe a method that version 1 does not have."""
    return private_method(
        name, handler, parameters, section=section, answer=answer, access=access, changes_state=changes_state
    )[0]
