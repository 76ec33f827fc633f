"""Human codes: samples, coding sheets, agreement, validation, correction, classifiers."""
