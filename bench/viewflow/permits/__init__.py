"""A permit as a project of Viewflow: the process, its flow, its addresses."""
