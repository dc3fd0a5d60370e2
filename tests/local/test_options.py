"""What is optional can be switched on for the local stack."""

import pytest

from solvet.errors import ConfigError
from solvet.local.settings import LocalSettings, local_settings

APP = {"app_id": "1", "private_key": "k", "webhook_secret": "s"}


def test_nothing_optional_is_on_by_itself():
    assert LocalSettings(**APP).parameters == {"Schedule": "off", "ScheduleModels": "off"}


def test_a_chat_and_a_timetable_can_be_switched_on():
    settings = LocalSettings(**APP, notify_url="https://hooks.example.com/x", schedule="weekly")
    assert settings.parameters == {
        "Schedule": "weekly",
        "ScheduleModels": "off",
        "Events": "notify",
        "NotifyScope": "everything",
    }
    assert settings.secrets["NotifySecret"] == {"webhook_url": "https://hooks.example.com/x"}
    assert "hooks" not in repr(settings)


def test_mistakes_in_them_are_named(tmp_path):
    wrong = {
        "SOLVET_CREDENTIALS_FILE": str(tmp_path / "none"),
        "SOLVET_SCHEDULE": "hourly",
        "SOLVET_SCHEDULE_MODELS": "auto",
        "SOLVET_NOTIFY_WEBHOOK_URL": "http://hooks.example.com/x",
    }
    with pytest.raises(ConfigError) as raised:
        local_settings(wrong)
    said = " ".join(raised.value.problems)
    assert "SOLVET_SCHEDULE is none of" in said
    assert "SOLVET_SCHEDULE_MODELS is neither off nor batch" in said
    assert "SOLVET_NOTIFY_WEBHOOK_URL is not reached by https" in said
