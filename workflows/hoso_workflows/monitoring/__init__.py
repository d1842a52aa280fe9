"""Dossiers that need attention: overdue, escalation, incidents, reception, workload."""
