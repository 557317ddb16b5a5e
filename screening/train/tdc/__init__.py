"""The TDC ADMET benchmark: the methods on the 22 public sets with their official split."""
