"""The stage that tells what changed since the last screen of a library, and why."""
