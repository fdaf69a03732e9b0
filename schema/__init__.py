"""What a record is: Pydantic models, SQLite tables, API response models. Imports nothing else of the project."""
