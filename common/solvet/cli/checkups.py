"""Which checks there are for an installation, and what they are given."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from solvet.cli.operating import deployed, this_machine
from solvet.cli.versions import versions
from solvet.domain.health import Finding, State
from solvet.errors import ConfigError, SolvetError, Unavailable
from solvet.services.doctor import LOOK_AGAIN, Check
from solvet.services.doctor_models import budget_check, model_checks

if TYPE_CHECKING:
    from solvet.bootstrap.operate import DeployedStack, Installation, ModelSettings, OnThisMachine

MOST_REPOSITORIES = 200
UNREACHED = "the providers themselves; --models sends each a request that costs nothing"
NO_APP = "what GitHub says of the App, which cannot be asked"
NO_INSTALLATION = "the App and a stack; --stack NAME or --local looks at them"
ACCESS = "Name the stack, --region and --profile; `aws sts get-caller-identity` tells who you are"
NO_STACK = "anything else, for there is no access to the stack"


class CheckUp:
    """What is looked at, and what is not."""

    def __init__(self, *, reach: bool) -> None:
        self.checks = [Check("versions", versions)]
        self.left_out = [] if reach else [UNREACHED]
        self._reach = reach

    def of_models(self, settings: "ModelSettings") -> None:
        try:
            asked = settings.asked
        except ConfigError as error:
            self._fails("models", error)
            return
        reach = settings.reach if self._reach else None
        self.checks += model_checks(asked, today(), reach)

    def of_environment(self, environ: Mapping[str, str]) -> None:
        """Models and keys, as `solvet scan` and `solvet local` find them."""
        from solvet.bootstrap.models import ModelKeys
        from solvet.bootstrap.operate import ModelSettings

        keys = ModelKeys(environ.get("OPENAI_API_KEY", ""), environ.get("GEMINI_API_KEY", ""))
        switch = environ.get("SOLVET_MODELS", "") or "auto"
        self.of_models(ModelSettings(switch=switch, keys=keys, variables=environ))
        self.left_out.append(NO_INSTALLATION)

    def of_local(self) -> None:
        try:
            machine = this_machine()
        except ConfigError as error:
            self._fails("settings", error)
            self.left_out.append(NO_APP)
            return
        self.checks.append(Check("local stack", lambda: _running(machine)))
        self._of_installation(machine, own_url="")

    def of_stack(self, name: str, region: str | None, profile: str | None) -> None:
        from solvet.services.doctor_stack import stack_checks

        try:
            stack = deployed(name, region, profile)
        except SolvetError as error:
            self._fails("stack", error, ACCESS)
            self.left_out.append(NO_STACK)
            return
        self.checks += stack_checks(stack.inspection, stack.facts)
        self._of_installation(stack, own_url=stack.webhook_url)
        self.checks += stack.chat_checks()
        self._of_budget(stack)

    def _of_installation(self, installation: "Installation", *, own_url: str) -> None:
        from solvet.bootstrap.operate import ping
        from solvet.services.doctor_app import app_checks
        from solvet.services.doctor_hook import hook_checks
        from solvet.services.doctor_secrets import secrets

        self.checks.append(Check("secrets", lambda: secrets(installation.secret_facts())))
        knock = (lambda: ping(installation)) if own_url else None
        try:
            app = installation.app()
        except SolvetError as error:
            self._fails("app", error)
            self.left_out.append(NO_APP)
        else:
            self.checks += [*app_checks(app), *hook_checks(app, own_url=own_url, knock=knock)]
        try:
            self.of_models(installation.models())
        except SolvetError as error:
            self._fails("models", error)

    def _of_budget(self, stack: "DeployedStack") -> None:
        try:
            limit = stack.models().config.month_budget
        except SolvetError:
            return  # told as a finding about models
        month = today()
        self.checks.append(
            budget_check(lambda: stack.overview().books(month, MOST_REPOSITORIES), limit, month)
        )

    def _fails(self, name: str, error: SolvetError, mend: str = LOOK_AGAIN) -> None:
        """A check that ends as what stood in its way."""

        def look() -> Iterator[Finding]:
            if isinstance(error, ConfigError):
                raise error
            yield Finding(name, State.UNKNOWN, str(error), mend)

        self.checks.append(Check(name, look))


def _running(machine: "OnThisMachine") -> Iterator[Finding]:
    from solvet.adapters.webhook import health

    url = machine.webhook_url.removesuffix("/webhook")
    try:
        said = health(f"{url}/health")
    except Unavailable:
        mend = "Start it with `solvet local`"
        yield Finding("local stack", State.WARNING, f"nothing answers at {url}", mend)
        return
    if said.get("status") != "ok":
        mend = "Stop it and start it again; its terminal says what happened"
        yield Finding("local stack", State.PROBLEM, f"what answers at {url} is not well", mend)
        return
    yield Finding("local stack", State.OK, f"it answers at {url}")


def today() -> date:
    """In UTC, as budgets are counted."""
    return datetime.now(UTC).date()
