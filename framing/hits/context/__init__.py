"""The context of a hit: denied, hedged, quoted, and whose words it is."""
