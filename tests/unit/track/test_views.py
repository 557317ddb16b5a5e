import base64
import json
import zlib

from screening.track.views import candidates_page, candidates_view, run_page


def test_view_states_filter_order_and_columns_as_mlflow_packs_them() -> None:
    view = candidates_view("CMNPD", "abc123", now_ms=7)

    content = json.loads(view.content)
    packing, packed = content["state"].split(";")
    state = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert view.tag == f"mlflow.sharedViewState.{view.key}"
    assert content["name"] == "Candidates of CMNPD"
    assert content["createdAt"] == content["updatedAt"] == 7
    assert packing == "deflate"
    assert state["searchFilter"] == "tags.screen = 'abc123'"
    assert (state["orderByKey"], state["orderByAsc"]) == ("metrics.`rank`", True)
    assert "metrics.`score`" in state["selectedColumns"]
    assert "tags.`decision`" in state["selectedColumns"]


def test_later_screen_of_a_library_takes_the_place_of_its_view() -> None:
    first, second = (candidates_view("CMNPD", run, now_ms=1) for run in ("a", "b"))

    assert first.tag == second.tag
    assert first.content != second.content
    assert candidates_view("other", "a", now_ms=1).tag != first.tag


def test_key_of_a_hostile_library_is_plain() -> None:
    assert candidates_view("<script>&x=1 #", "a", now_ms=1).key.isalnum()


def test_view_fits_into_a_tag() -> None:
    # MLflow cuts or refuses tags over 8,000 characters (mlflow.utils.validation).
    assert len(candidates_view("x" * 10_000, "a" * 32, now_ms=1).content) < 5_000


def test_pages_open_the_part_for_trained_models() -> None:
    assert candidates_page("7", "k") == (
        "/#/experiments/7/runs?workflowType=machine_learning&viewStateShareKey=k"
    )
    assert run_page("7", "r") == "/#/experiments/7/runs/r?workflowType=machine_learning"
