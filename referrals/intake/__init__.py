"""What a patient is asked, and what is checked before anything is stored."""
