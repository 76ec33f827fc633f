"""Topic models: fitting, choice, prevalence, packages, intrusion tests."""
