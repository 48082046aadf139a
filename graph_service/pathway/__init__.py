"""What may be published as a pathway, and what a learner has completed; pure."""
