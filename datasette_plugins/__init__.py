"""What readers see: Datasette plugins that read the database, one file for each concern."""
