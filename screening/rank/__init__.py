"""The stage that orders structures by weighted desirability and says why."""
