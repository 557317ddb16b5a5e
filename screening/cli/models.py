"""`screening models`: bundles in folders and registries, and which version is used."""

from __future__ import annotations

import click

from screening.cli.lazy import LazyCommands

COMMANDS: dict[str, str] = {
    "list": "screening.cli.models_list:list_command",
    "show": "screening.cli.models_show:show_command",
    "verify": "screening.cli.models_verify:verify_command",
    "sign": "screening.cli.models_sign:sign_command",
    "pull": "screening.cli.models_pull:pull_command",
    "push": "screening.cli.models_push:push_command",
    "register": "screening.cli.models_register:register_command",
    "judge": "screening.cli.models_judge:judge_command",
    "promote": "screening.cli.models_promote:promote_command",
    "rollback": "screening.cli.models_rollback:rollback_command",
    "serve": "screening.cli.models_serve:serve_command",
}


@click.group("models", cls=LazyCommands, commands_of=COMMANDS)
def models_group() -> None:
    """Look at models, carry them from place to place, and decide which version is used."""
