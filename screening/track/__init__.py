"""One MLflow run for each screen; the only stage that talks to MLflow.

Nothing is imported here: MLflow takes seconds to load, and only its users pay.
"""
