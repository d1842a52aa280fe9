"""A BPMN file as it was drawn: XML, elements, properties, gateways, paths."""
