"""The desk: the investigators' site. Thin views over actions, stages and tables; each works without JavaScript."""
