// Alerts: calls sent to other programs as they open.
import {
  AlertBody,
  AlertOut,
  AlertsOut,
  DeliveriesOut,
  DeliveriesQuery,
  DeliveryOut,
  NewAlertOut,
} from '../alerts.ts'

const tag = 'alerts'
const UNKNOWN = ['unknown_alert'] as const

export const alertRoutes = {
  createAlert: {
    summary: 'Send calls to an address as they open',
    description:
      'Each is a POST of JSON with headers `annotate-delivery` (its id) and `annotate-signature` (`t=<seconds>,v1=<HMAC-SHA256 of "t.body", hex>`). One that is not answered with 2xx is tried again over about eight hours, then it is dead.',
    tag,
    body: AlertBody,
    answers: { 201: NewAlertOut },
    errors: [
      'invalid_url',
      'unknown_inference_session',
      'unknown_model',
      'unknown_symbol',
      'unknown_venue',
      'unknown_pattern',
    ],
  },
  listAlerts: { summary: 'Alerts, oldest first', tag, answers: { 200: AlertsOut } },
  deleteAlert: {
    summary: 'End it; what waits is not sent',
    tag,
    answers: { 200: AlertOut },
    errors: UNKNOWN,
  },
  testAlert: {
    summary: 'Send a test delivery',
    tag,
    answers: { 202: DeliveryOut },
    errors: UNKNOWN,
  },
  listDeliveries: {
    summary: 'What was sent, newest first; state=dead is what was given up',
    tag,
    query: DeliveriesQuery,
    answers: { 200: DeliveriesOut },
    errors: UNKNOWN,
  },
  retryDelivery: {
    summary: 'Try a dead delivery again, from the start',
    tag,
    answers: { 200: DeliveryOut },
    errors: ['unknown_alert', 'unknown_delivery'],
  },
} as const
