"""Routers of the pages, in the order in which routes are tried."""

from fastapi import APIRouter, Depends

from hoso_api.pages import api_reference, board_endpoints
from hoso_api.pages import endpoints as pages
from hoso_api.pages.account import contact_endpoints, delivery_endpoints, own_endpoints, token_endpoints
from hoso_api.pages.account import endpoints as account
from hoso_api.pages.administration import calendar_endpoints as calendars
from hoso_api.pages.administration import destruction_endpoints as destruction
from hoso_api.pages.administration import escalation_endpoints as escalations
from hoso_api.pages.administration import hold_endpoints as holds
from hoso_api.pages.administration import job_endpoints as jobs
from hoso_api.pages.administration import outbox_endpoints as outbox
from hoso_api.pages.administration import revision_endpoints as calendar_revisions
from hoso_api.pages.administration import rung_endpoints as rungs
from hoso_api.pages.administration import template_endpoints as letter_templates
from hoso_api.pages.administration import template_entry_endpoints as template_entries
from hoso_api.pages.applicant import account_endpoints as own_account
from hoso_api.pages.applicant import contact_endpoints as own_contacts
from hoso_api.pages.applicant import delivery_endpoints as applicant_delivery
from hoso_api.pages.applicant import endpoints as applicant
from hoso_api.pages.catalogue import check_endpoints as catalogue_checks
from hoso_api.pages.catalogue import draft_endpoints as entry_drafts
from hoso_api.pages.catalogue import endpoints as catalogue
from hoso_api.pages.catalogue import level_endpoints, system_endpoints
from hoso_api.pages.changes import editing_endpoints as edited_versions
from hoso_api.pages.changes import endpoints as changes
from hoso_api.pages.coordination import (
    document_endpoints as register_documents,
)
from hoso_api.pages.coordination import (
    evaluation_endpoints,
    feedback_endpoints,
    maintenance_endpoints,
    outage_endpoints,
    recipient_endpoints,
    start_endpoints,
    urging_endpoints,
)
from hoso_api.pages.course import (
    call_endpoints,
    consultation_endpoints,
    conversation_endpoints,
    correction_endpoints,
    hand_endpoints,
    instant_endpoints,
    note_endpoints,
    result_correction_endpoints,
)
from hoso_api.pages.course import endpoints as course
from hoso_api.pages.desk import book_endpoints, copy_endpoints, duty_endpoints
from hoso_api.pages.desk import dossier_endpoints as desk_dossiers
from hoso_api.pages.desk import filing_endpoints as desk_filings
from hoso_api.pages.desk import queue_endpoints as desk
from hoso_api.pages.directory import calculator_endpoints, home_endpoints, index_endpoints, list_endpoints
from hoso_api.pages.directory import procedure_endpoints as public_procedures
from hoso_api.pages.embedding import builder_endpoints as embedding_builder
from hoso_api.pages.embedding import endpoints as embedded
from hoso_api.pages.embedding import feed_endpoints as embedding_feeds
from hoso_api.pages.fees import dispute_endpoints, fee_endpoints, surplus_endpoints, taking_endpoints
from hoso_api.pages.filing import answer_endpoints as filing_answers
from hoso_api.pages.filing import applicant_endpoints as filing_applicant
from hoso_api.pages.filing import check_endpoints as filing_check
from hoso_api.pages.filing import delivery_endpoints as filing_delivery
from hoso_api.pages.filing import eligibility_endpoints as filing_conditions
from hoso_api.pages.filing import filed_endpoints as filed
from hoso_api.pages.filing import paper_endpoints as filing_papers
from hoso_api.pages.filing import start_endpoints as filing_start
from hoso_api.pages.filing import task_list_endpoints as filing_tasks
from hoso_api.pages.following import act_endpoints as own_acts
from hoso_api.pages.following import endpoints as following
from hoso_api.pages.following import fee_endpoints as own_fees
from hoso_api.pages.following import rating_endpoints as own_ratings
from hoso_api.pages.following import supplement_endpoints as own_supplements
from hoso_api.pages.heads import absence_endpoints as absences
from hoso_api.pages.heads import assigning_endpoints as assigning
from hoso_api.pages.heads import incident_endpoints as held_up
from hoso_api.pages.heads import signing_endpoints as signing
from hoso_api.pages.heads import term_endpoints as terms
from hoso_api.pages.heads import unit_endpoints as headed_unit
from hoso_api.pages.information import about_endpoints as about
from hoso_api.pages.information import announcement_endpoints as announcements
from hoso_api.pages.information import guide_endpoints as guides
from hoso_api.pages.information import statistics_endpoints as public_statistics
from hoso_api.pages.obligations import consolidation_endpoints as consolidation
from hoso_api.pages.obligations import endpoints as owed_reports
from hoso_api.pages.officer import (
    dossier_act_endpoints,
    dossier_endpoints,
    dossier_file_endpoints,
    search_endpoints,
)
from hoso_api.pages.officer import endpoints as officer
from hoso_api.pages.officer import task_endpoints as steps
from hoso_api.pages.places import area_endpoints as areas
from hoso_api.pages.places import calendar_endpoints as new_calendars
from hoso_api.pages.places import closing_endpoints as closings
from hoso_api.pages.places import setup_endpoints as setups
from hoso_api.pages.portals import endpoints as portals
from hoso_api.pages.portals import entry_endpoints as portal_entries
from hoso_api.pages.printouts import endpoints as printouts
from hoso_api.pages.procedures import approval_endpoints as approvals
from hoso_api.pages.procedures import endpoints as declarations
from hoso_api.pages.procedures import opening_endpoints as openings
from hoso_api.pages.procedures import owner_endpoints as owners
from hoso_api.pages.procedures import parts_endpoints as version_parts
from hoso_api.pages.procedures import upload_endpoints as package_uploads
from hoso_api.pages.public import feedback_endpoints as public_feedback
from hoso_api.pages.public import look_up_endpoints as look_ups
from hoso_api.pages.public import paper_endpoints as papers
from hoso_api.pages.records import access_endpoints as accesses
from hoso_api.pages.records import administration_endpoints as administered
from hoso_api.pages.records import disclosure_endpoints as disclosures
from hoso_api.pages.records import identity_endpoints as identities
from hoso_api.pages.records import permission_endpoints as permissions
from hoso_api.pages.records import verification_endpoints as verifications
from hoso_api.pages.register import account_endpoints as accounts
from hoso_api.pages.register import closure_endpoints as closures
from hoso_api.pages.register import competence_endpoints as competences
from hoso_api.pages.register import health_endpoints as health
from hoso_api.pages.register import key_endpoints as keys
from hoso_api.pages.register import newcomer_endpoints as newcomers
from hoso_api.pages.register import person_endpoints as people
from hoso_api.pages.register import role_endpoints as roles
from hoso_api.pages.register import unit_endpoints as units
from hoso_api.pages.reports import dossier_endpoints as reported_dossiers
from hoso_api.pages.reports import endpoints as reports
from hoso_api.pages.reports import form_endpoints as report_forms
from hoso_api.pages.rules import endpoints as rules
from hoso_api.pages.shared import look
from hoso_api.pages.sign_in import endpoints as sign_in
from hoso_api.pages.sign_in import invitation_endpoints, passkey_endpoints, provider_endpoints
from hoso_api.pages.webhooks import change_endpoints as webhook_changes
from hoso_api.pages.webhooks import endpoints as webhooks
from hoso_api.pages.webhooks import entry_endpoints as webhook_entries

#: What every route of them begins with.
FIRST = (Depends(look.taken_up),)
PAGES: tuple[APIRouter, ...] = (
    pages.router,
    board_endpoints.router,
    sign_in.router,
    passkey_endpoints.router,
    invitation_endpoints.router,
    account.router,
    token_endpoints.router,
    own_endpoints.router,
    contact_endpoints.router,
    delivery_endpoints.router,
    provider_endpoints.router,
    home_endpoints.router,
    index_endpoints.router,
    list_endpoints.router,
    public_procedures.router,
    calculator_endpoints.router,
    look_ups.router,
    embedded.router,
    embedding_feeds.router,
    public_feedback.router,
    papers.router,
    public_statistics.router,
    announcements.router,
    guides.router,
    about.router,
    applicant.router,
    applicant_delivery.router,
    filing_start.router,
    filing_conditions.router,
    filing_tasks.router,
    filing_applicant.router,
    filing_answers.router,
    filing_papers.router,
    filing_delivery.router,
    filing_check.router,
    printouts.drafts_router,
    filed.router,
    own_account.router,
    own_contacts.router,
    following.router,
    printouts.router,
    own_acts.router,
    own_supplements.router,
    own_fees.router,
    own_ratings.router,
    officer.router,
    steps.router,
    desk.router,
    desk_dossiers.router,
    copy_endpoints.router,
    fee_endpoints.router,
    desk_filings.router,
    book_endpoints.router,
    duty_endpoints.router,
    taking_endpoints.router,
    surplus_endpoints.router,
    dispute_endpoints.router,
    dossier_endpoints.router,
    dossier_act_endpoints.router,
    course.router,
    consultation_endpoints.router,
    conversation_endpoints.router,
    note_endpoints.router,
    correction_endpoints.router,
    instant_endpoints.router,
    call_endpoints.router,
    result_correction_endpoints.router,
    hand_endpoints.router,
    dossier_file_endpoints.router,
    search_endpoints.router,
    headed_unit.router,
    assigning.router,
    signing.router,
    terms.router,
    absences.router,
    newcomers.router,
    held_up.router,
    package_uploads.router,
    declarations.router,
    version_parts.router,
    owners.router,
    openings.router,
    changes.router,
    edited_versions.router,
    approvals.router,
    health.router,
    new_calendars.router,
    calendars.router,
    closings.router,
    units.router,
    areas.router,
    setups.router,
    closures.router,
    people.router,
    roles.router,
    accounts.router,
    competences.router,
    rules.router,
    keys.router,
    calendar_revisions.router,
    escalations.router,
    rungs.router,
    outbox.router,
    webhook_entries.router,
    webhook_changes.router,
    webhooks.router,
    portal_entries.router,
    portals.router,
    holds.router,
    destruction.router,
    template_entries.router,
    jobs.router,
    letter_templates.router,
    start_endpoints.router,
    outage_endpoints.router,
    recipient_endpoints.router,
    maintenance_endpoints.router,
    urging_endpoints.router,
    feedback_endpoints.router,
    register_documents.router,
    evaluation_endpoints.router,
    level_endpoints.router,
    system_endpoints.router,
    catalogue_checks.router,
    entry_drafts.router,
    embedding_builder.router,
    catalogue.router,
    owed_reports.router,
    consolidation.router,
    reports.router,
    reported_dossiers.router,
    report_forms.router,
    accesses.router,
    administered.router,
    disclosures.router,
    verifications.router,
    identities.router,
    permissions.router,
    provider_endpoints.back_channel,
    api_reference.router,
)
