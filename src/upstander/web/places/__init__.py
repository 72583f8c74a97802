"""The pages, one module a place: form, action, redirect; what a page shows is a value with names."""
