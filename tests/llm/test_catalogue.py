from datetime import date

import pytest

from solvet.adapters.models import gemini, openai
from solvet.llm.catalogue import catalogue, offer, succession, warning
from solvet.llm.prices import ceiling, cost

TODAY = date(2026, 11, 21)
MILLION = 1_000_000


def test_a_call_costs_its_tokens_in_and_out():
    assert cost("gpt-6-luna", MILLION, 2 * MILLION) == pytest.approx(1.1)


def test_tokens_read_from_the_providers_cache_are_cheaper():
    assert cost("gpt-6-luna", MILLION, 0, MILLION // 2) == pytest.approx(0.055)


def test_tokens_written_to_the_providers_cache_are_dearer():
    assert cost("gpt-6-luna", MILLION, 0, written_tokens=MILLION) == pytest.approx(0.125)


def test_where_no_price_of_cached_tokens_is_known_they_cost_what_others_cost():
    assert cost("gemini-3.5-flash-lite", MILLION, 0, MILLION) == pytest.approx(0.30)


def test_a_dated_snapshot_costs_what_its_model_costs():
    assert cost("gpt-6-luna-2026-09-22", MILLION, 0) == cost("gpt-6-luna", MILLION, 0)


def test_a_price_that_changes_is_that_of_the_day():
    before, after = date(2026, 12, 31), date(2027, 1, 1)
    assert cost("gemini-3.8-flash", MILLION, 0, day=before) == 0.75
    assert cost("gemini-3.8-flash", MILLION, 0, day=after) == 1.5


def test_an_unknown_model_has_no_price_rather_than_a_price_of_nothing():
    assert cost("gpt-7", 1, 1) is None


def test_a_ceiling_is_whole_micro_dollars_rounded_up():
    assert ceiling("gpt-6-luna", 1, 1, day=TODAY) == 1


def test_a_ceiling_holds_when_all_input_is_written_to_the_cache():
    assert ceiling("gpt-6-luna", MILLION, MILLION, day=TODAY) == 625_000


@pytest.mark.parametrize("model", catalogue().models)
@pytest.mark.parametrize("day", [TODAY, date(2027, 2, 1)])
def test_no_use_of_the_cache_costs_more_than_the_ceiling(model, day):
    for cached, written in ((0, 0), (1_000, 0), (0, 1_000), (400, 600)):
        dollars = cost(model, 1_000, 500, cached, written_tokens=written, day=day)
        assert dollars is None or dollars * MILLION <= ceiling(model, 1_000, 500, day=day)


def test_an_unknown_model_is_taken_for_the_dearest():
    dearest = max(ceiling(name, 1_000, 1_000, day=TODAY) for name in catalogue().models)
    assert ceiling("gpt-7", 1_000, 1_000, day=TODAY) >= dearest


def test_a_model_whose_requests_go_to_its_successor_may_cost_what_that_costs():
    day = date(2026, 12, 2)
    assert ceiling("gemini-2.5-flash", MILLION, 0, day=day) == 750_000


def test_the_default_models_are_offered_and_have_successors():
    for name in (openai.DEFAULT_MODEL, gemini.DEFAULT_MODEL):
        assert offer(name).price(TODAY)
        assert len(succession(name)) > 1


def test_a_snapshot_is_succeeded_by_its_model_and_its_models_successors():
    names = succession("gpt-6-luna-2026-09-22")
    assert names == ("gpt-6-luna-2026-09-22", *succession("gpt-6-luna"))


def test_an_unknown_model_has_no_successor():
    assert succession("llama-3") == ("llama-3",)


@pytest.mark.parametrize("model", catalogue().models)
def test_successors_are_of_the_same_provider_and_not_about_to_end(model):
    heirs = [catalogue().models[name] for name in succession(model)[1:]]
    assert all(heir.provider == offer(model).provider for heir in heirs)
    assert all(heir.shutdown is None and heir.price(TODAY) for heir in heirs)


def test_a_model_close_to_its_end_is_a_warning():
    assert warning("gpt-4o-2024-11-20", TODAY) == (
        "gpt-4o-2024-11-20 ends on 2027-01-14 (54 days): "
        "set gpt-6-luna, which is asked in its place"
    )


def test_the_warning_starts_sixty_days_before():
    assert warning("gpt-4o", date(2026, 11, 14)) == ""
    assert "(60 days)" in warning("gpt-4o", date(2026, 11, 15))
    assert "(1 day)" in warning("gpt-4o", date(2027, 1, 13))


def test_a_model_that_has_ended_is_a_warning_for_ever():
    assert warning("gpt-4", TODAY).startswith("gpt-4 ended on 2026-10-23: set ")


@pytest.mark.parametrize("model", ["gpt-6-luna", "my-own-model", ""])
def test_what_has_no_end_is_no_warning(model):
    assert warning(model, date(2030, 1, 1)) == ""


@pytest.mark.parametrize("model", catalogue().models)
def test_a_model_that_ends_has_a_successor_and_prices_are_in_order(model):
    known = offer(model)
    assert known.successors or known.shutdown is None
    assert list(known.prices) == sorted(known.prices, key=lambda price: price.since)


def test_the_catalogue_says_when_and_where_it_was_read():
    assert catalogue().as_of >= TODAY
    assert all(source.startswith("https://") for source in catalogue().sources)


def test_a_ceiling_holds_when_the_price_rises_before_the_answer_comes():
    eve, day = date(2026, 12, 31), date(2027, 1, 1)
    assert cost("gemini-3.8-flash", 1, 1, day=eve) < cost("gemini-3.8-flash", 1, 1, day=day)
    least = cost("gemini-3.8-flash", 1_000, 500, day=day) * MILLION
    assert ceiling("gemini-3.8-flash", 1_000, 500, day=eve) >= least
