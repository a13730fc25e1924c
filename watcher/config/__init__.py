"""The settings: `config.toml` -> `Settings`."""
