"""Numbers in addresses, within what a database can hold."""

from typing import Annotated

from fastapi import Path, Query

Id = Annotated[int, Path(gt=-(2**31), lt=2**31)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000, alias="page")]
