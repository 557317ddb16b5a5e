"""Estimators: graph network, calibration, applicability domain. Import the module you need."""
