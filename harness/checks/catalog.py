"""The whole list of checks, in the order in which reports name them."""

from __future__ import annotations

from harness.checks.acknowledged_before_done import ACKNOWLEDGED_BEFORE_DONE
from harness.checks.address_undeclared import ADDRESS_UNDECLARED
from harness.checks.annotation_violated import ANNOTATION_VIOLATED
from harness.checks.authentication_ignored import AUTHENTICATION_IGNORED
from harness.checks.boundary_untyped import BOUNDARY_UNTYPED
from harness.checks.breaking_change import BREAKING_CHANGE
from harness.checks.broker_unreachable import BROKER_UNREACHABLE
from harness.checks.change_without_reader import CHANGE_WITHOUT_READER
from harness.checks.channel_incompatible import CHANNEL_INCOMPATIBLE
from harness.checks.channel_unknown import CHANNEL_UNKNOWN
from harness.checks.check import Catalog
from harness.checks.consumer_hangs import CONSUMER_HANGS
from harness.checks.consumer_test_failed import CONSUMER_TEST_FAILED
from harness.checks.created_resource_missing import CREATED_RESOURCE_MISSING
from harness.checks.credentials_missing import CREDENTIALS_MISSING
from harness.checks.deleted_resource_served import DELETED_RESOURCE_SERVED
from harness.checks.document_drifted import DOCUMENT_DRIFTED
from harness.checks.edge_without_contract import EDGE_WITHOUT_CONTRACT
from harness.checks.error_reply_crashes_consumer import ERROR_REPLY_CRASHES_CONSUMER
from harness.checks.handler_crashes import HANDLER_CRASHES
from harness.checks.handler_not_idempotent import HANDLER_NOT_IDEMPOTENT
from harness.checks.interaction_not_honoured import INTERACTION_NOT_HONOURED
from harness.checks.invalid_request_accepted import INVALID_REQUEST_ACCEPTED
from harness.checks.message_function_missing import MESSAGE_FUNCTION_MISSING
from harness.checks.message_lost import MESSAGE_LOST
from harness.checks.message_metadata_missing import MESSAGE_METADATA_MISSING
from harness.checks.message_not_accepted import MESSAGE_NOT_ACCEPTED
from harness.checks.message_not_as_documented import MESSAGE_NOT_AS_DOCUMENTED
from harness.checks.network_fault_crashes_consumer import NETWORK_FAULT_CRASHES_CONSUMER
from harness.checks.not_deployable import NOT_DEPLOYABLE
from harness.checks.nothing_published import NOTHING_PUBLISHED
from harness.checks.operation_uncovered import OPERATION_UNCOVERED
from harness.checks.operation_unknown import OPERATION_UNKNOWN
from harness.checks.pact_invalid import PACT_INVALID
from harness.checks.poison_message_loops import POISON_MESSAGE_LOOPS
from harness.checks.producer_without_consumer import PRODUCER_WITHOUT_CONSUMER
from harness.checks.provider_state_failed import PROVIDER_STATE_FAILED
from harness.checks.provider_state_missing import PROVIDER_STATE_MISSING
from harness.checks.reply_crashes_consumer import REPLY_CRASHES_CONSUMER
from harness.checks.reply_field_undeclared import REPLY_FIELD_UNDECLARED
from harness.checks.reply_not_accepted import REPLY_NOT_ACCEPTED
from harness.checks.reply_status_undeclared import REPLY_STATUS_UNDECLARED
from harness.checks.reply_unconfirmed import REPLY_UNCONFIRMED
from harness.checks.request_not_accepted import REQUEST_NOT_ACCEPTED
from harness.checks.request_part_undeclared import REQUEST_PART_UNDECLARED
from harness.checks.request_unanswered import REQUEST_UNANSWERED
from harness.checks.response_coerced import RESPONSE_COERCED
from harness.checks.response_schema_violated import RESPONSE_SCHEMA_VIOLATED
from harness.checks.schema_invalid import SCHEMA_INVALID
from harness.checks.service_crashes import SERVICE_CRASHES
from harness.checks.status_undocumented import STATUS_UNDOCUMENTED
from harness.checks.type_error import TYPE_ERROR
from harness.checks.valid_request_rejected import VALID_REQUEST_REJECTED

CATALOG: Catalog = (
    TYPE_ERROR,
    BOUNDARY_UNTYPED,
    CONSUMER_TEST_FAILED,
    EDGE_WITHOUT_CONTRACT,
    PACT_INVALID,
    PROVIDER_STATE_MISSING,
    PROVIDER_STATE_FAILED,
    SERVICE_CRASHES,
    INTERACTION_NOT_HONOURED,
    MESSAGE_FUNCTION_MISSING,
    MESSAGE_NOT_ACCEPTED,
    MESSAGE_METADATA_MISSING,
    REQUEST_UNANSWERED,
    ANNOTATION_VIOLATED,
    OPERATION_UNKNOWN,
    CHANNEL_UNKNOWN,
    REPLY_NOT_ACCEPTED,
    REPLY_FIELD_UNDECLARED,
    REQUEST_NOT_ACCEPTED,
    RESPONSE_SCHEMA_VIOLATED,
    MESSAGE_NOT_AS_DOCUMENTED,
    REPLY_CRASHES_CONSUMER,
    HANDLER_CRASHES,
    HANDLER_NOT_IDEMPOTENT,
    MESSAGE_LOST,
    POISON_MESSAGE_LOOPS,
    ACKNOWLEDGED_BEFORE_DONE,
    ERROR_REPLY_CRASHES_CONSUMER,
    NETWORK_FAULT_CRASHES_CONSUMER,
    CONSUMER_HANGS,
    ADDRESS_UNDECLARED,
    DELETED_RESOURCE_SERVED,
    CREATED_RESOURCE_MISSING,
    AUTHENTICATION_IGNORED,
    RESPONSE_COERCED,
    STATUS_UNDOCUMENTED,
    REPLY_STATUS_UNDECLARED,
    VALID_REQUEST_REJECTED,
    INVALID_REQUEST_ACCEPTED,
    SCHEMA_INVALID,
    OPERATION_UNCOVERED,
    PRODUCER_WITHOUT_CONSUMER,
    REQUEST_PART_UNDECLARED,
    CREDENTIALS_MISSING,
    REPLY_UNCONFIRMED,
    BREAKING_CHANGE,
    CHANGE_WITHOUT_READER,
    CHANNEL_INCOMPATIBLE,
    DOCUMENT_DRIFTED,
    NOT_DEPLOYABLE,
    BROKER_UNREACHABLE,
    NOTHING_PUBLISHED,
)
