"""Study: image models on one controlled article."""
