"""A session as a file: audio, a page, a leaflet, captions, a listing; each format is a module of its own."""
