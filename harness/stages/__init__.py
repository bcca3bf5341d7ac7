"""The verbs: survey, plan, observe, judge, decide."""
