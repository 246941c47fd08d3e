"""The steps that bring a store from one schema version to the next, one file a step."""
