"""What a neighbour can make go wrong."""


class NeighbourError(Exception):
    """A service behind the shop did not do its part."""


class NeighbourUnavailable(NeighbourError):
    """The service cannot be reached or answers with an error of its own."""


class ReplyInvalid(NeighbourError):
    """The service's answer does not say what the shop needs."""


class ProductNotFound(Exception):
    """There is no such product."""


class StockNotFound(Exception):
    """The inventory keeps no such product."""


class OrderConflict(Exception):
    """The order cannot be placed, paid or billed as things stand."""


class OrderRejected(Exception):
    """The order does not fit what the order service takes."""
