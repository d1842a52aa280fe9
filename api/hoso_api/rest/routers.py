"""Routers of the REST API, in the order in which routes are tried."""

from fastapi import APIRouter

from hoso_api.rest.access_log import endpoints as accesses
from hoso_api.rest.accounts import endpoints as rest_accounts
from hoso_api.rest.administration import endpoints as administration
from hoso_api.rest.attachments import endpoints as attachments
from hoso_api.rest.attachments import upload_endpoints as resumable_uploads
from hoso_api.rest.calendars import endpoints as calendars
from hoso_api.rest.catalogue import draft_endpoints as entry_drafts
from hoso_api.rest.catalogue import endpoints as catalogue
from hoso_api.rest.catalogue import level_endpoints as service_levels
from hoso_api.rest.catalogue import site_endpoints as embedding_sites
from hoso_api.rest.competences import endpoints as competences
from hoso_api.rest.consultations import endpoints as consultations
from hoso_api.rest.coordination import document_endpoints as register_documents
from hoso_api.rest.coordination import evaluation_endpoints as evaluations
from hoso_api.rest.coordination import urging_endpoints as urgings
from hoso_api.rest.credentials import endpoints as credentials
from hoso_api.rest.destruction import endpoints as destruction
from hoso_api.rest.destruction import hold_endpoints as holds
from hoso_api.rest.disclosures import endpoints as disclosures
from hoso_api.rest.dossiers import act_endpoints as dossier_acts
from hoso_api.rest.dossiers import conversation_endpoints as conversations
from hoso_api.rest.dossiers import endpoints as dossiers
from hoso_api.rest.drafts import endpoints as rest_drafts
from hoso_api.rest.drafts import file_endpoints as draft_files
from hoso_api.rest.duty_roster import endpoints as duty_roster
from hoso_api.rest.escalations import endpoints as escalations
from hoso_api.rest.feedback import endpoints as feedback
from hoso_api.rest.fees import endpoints as fees
from hoso_api.rest.incidents import endpoints as incidents
from hoso_api.rest.jobs import endpoints as jobs
from hoso_api.rest.jobs import verification_endpoints as verifications
from hoso_api.rest.letter_templates import endpoints as letter_templates
from hoso_api.rest.letters import endpoints as rest_letters
from hoso_api.rest.notifications import endpoints as notifications
from hoso_api.rest.operation import endpoints as operation
from hoso_api.rest.outages import endpoints as outages
from hoso_api.rest.outages import maintenance_endpoints as maintenance
from hoso_api.rest.outbox import endpoints as outbox
from hoso_api.rest.overdue import endpoints as overdue
from hoso_api.rest.payments import endpoints as payments
from hoso_api.rest.people import endpoints as people
from hoso_api.rest.permissions import endpoints as permissions
from hoso_api.rest.portals import endpoints as portals
from hoso_api.rest.procedures import endpoints as procedures
from hoso_api.rest.ratings import endpoints as ratings
from hoso_api.rest.registers import endpoints as registers
from hoso_api.rest.rehoming import endpoints as rehoming
from hoso_api.rest.report_obligations import endpoints as report_obligations
from hoso_api.rest.reports import endpoints as reports
from hoso_api.rest.reports import form_endpoints as report_forms
from hoso_api.rest.roles import endpoints as roles
from hoso_api.rest.signatures import endpoints as signatures
from hoso_api.rest.statistics import endpoints as statistics
from hoso_api.rest.tasks import endpoints as tasks
from hoso_api.rest.tracking import endpoints as tracking
from hoso_api.rest.units import endpoints as units
from hoso_api.rest.webhooks import endpoints as webhooks

#: Below `/v1`, the busiest first. Lists of tasks stand before the tasks themselves, whose ids would take their names.
FEATURES: tuple[APIRouter, ...] = (
    tasks.lists,
    tasks.router,
    dossiers.router,
    dossier_acts.router,
    conversations.router,
    tracking.router,
    rest_letters.router,
    rest_drafts.router,
    draft_files.router,
    ratings.router,
    attachments.router,
    resumable_uploads.router,
    fees.router,
    payments.router,
    signatures.router,
    letter_templates.router,
    letter_templates.forms_router,
    consultations.router,
    disclosures.router,
    destruction.router,
    holds.router,
    overdue.router,
    incidents.router,
    escalations.router,
    escalations.rungs,
    jobs.router,
    verifications.router,
    reports.router,
    report_forms.router,
    report_obligations.router,
    report_obligations.kinds_router,
    registers.router,
    procedures.router,
    entry_drafts.router,
    catalogue.router,
    service_levels.router,
    service_levels.systems_router,
    embedding_sites.router,
    people.router,
    notifications.router,
    outbox.router,
    webhooks.router,
    portals.router,
    portals.entries,
    credentials.router,
    units.router,
    roles.router,
    competences.router,
    administration.router,
    rehoming.router,
    duty_roster.router,
    permissions.router,
    accesses.router,
    calendars.router,
    rest_accounts.router,
    outages.router,
    outages.recipients_router,
    maintenance.router,
    urgings.router,
    feedback.router,
    register_documents.router,
    evaluations.router,
)
#: Below `/v1`: lists over dossiers, and what a payment gateway tells.
LISTS: tuple[APIRouter, ...] = (fees.lists, payments.lists, payments.notifications)
#: At the root, where programs that watch look.
ROOT: tuple[APIRouter, ...] = (operation.router,)
#: For anybody, without signing in.
OPEN: tuple[APIRouter, ...] = (
    rest_letters.checks,
    signatures.checks,
    maintenance.public,
    feedback.public,
    statistics.public,
)
