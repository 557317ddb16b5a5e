"""The code of a registered model, which MLflow keeps beside the bundle and runs to load it.

All of it is in the project, which has to be installed where the model is served.
"""

from mlflow.models import set_model

from screening.track.served_bundle import ServedBundle

set_model(ServedBundle())
