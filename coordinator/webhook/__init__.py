"""Alarms told to other programs as Alertmanager tells alerts: webhooks, and a snapshot."""
