"""Calls that the API's own document allows, and calls that it does not: no fault, no answer that it does not describe."""

import datetime as dt
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import positive_data_acceptance

from bot.store.clients import SCOPES
from tests.conftest import Town

CALLS = 150
"""Of each kind for each address."""
fuzzed = settings(max_examples=CALLS, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.mark.fuzz
def test_every_answer_is_one_that_the_document_describes(town: Town) -> None:
    for resident in range(40):
        town.says(f"resident-{resident}", "离婚娃儿归谁")
        town.clock.move(hours=7)
    with town.machine.database.unit() as unit:
        token = unit.clients.add("平台", tuple(SCOPES), town.clock() + dt.timedelta(days=1), town.clock())
        unit.commit()
    site = town.platform.webhook.removesuffix("/wechat")
    document = schemathesis.openapi.from_url(f"{site}/api/v1/openapi.json")
    statuses: Counter[str] = Counter()

    for one in document.get_all_operations():
        operation = one.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @fuzzed
            @given(case=operation.as_strategy(generation_mode=mode))
            def probe(case: Case) -> None:
                query = case.query or {}
                backwards = str(query.get("start")) > str(query.get("end"))  # which the document can only say in words
                answer = case.call_and_validate(
                    headers={"Authorization": f"Bearer {token}"},
                    excluded_checks=[positive_data_acceptance] if backwards else [],
                )
                statuses[f"{case.path} {answer.status_code}"] += 1

            probe()

    print(dict(sorted(statuses.items())))
    assert all(statuses[f"{path} 200"] and statuses[f"{path} 422"] for path in document.raw_schema["paths"])
