"""The JSON API without its plugin: what may be asked, what is answered, and the OpenAPI document of both."""
