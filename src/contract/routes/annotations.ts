// The trader's marks, the spans reviewed for them, and the test cases made of them.
import {
  AnnotationBody,
  AnnotationOut,
  AnnotationsOut,
  AnnotationsQuery,
  MarketPageQuery,
  ReviewedSpanBody,
  ReviewedSpanOut,
  ReviewedSpansOut,
  TestCaseOut,
  TestCasesOut,
} from '../annotations.ts'

const tag = 'annotations'
const REFUSED_MARK = [
  'unknown_symbol',
  'unknown_venue',
  'invalid_exit',
  'invalid_stop',
  'invalid_target',
  'invalid_price',
  'not_enough_candles',
  'non_positive_price',
  'no_order_book',
  'market_not_live',
] as const
const UNKNOWN = ['unknown_annotation'] as const

export const annotationRoutes = {
  createAnnotation: {
    summary: 'Mark a trade; its test case is on disk before the answer',
    tag,
    body: AnnotationBody,
    answers: { 201: AnnotationOut },
    errors: REFUSED_MARK,
  },
  listAnnotations: {
    summary: 'Annotations, by entry: all, or a page of them',
    tag,
    query: AnnotationsQuery,
    answers: { 200: AnnotationsOut },
  },
  getAnnotation: { summary: 'One annotation', tag, answers: { 200: AnnotationOut }, errors: UNKNOWN },
  replaceAnnotation: {
    summary: 'Replace it; its test case is rewritten',
    tag,
    body: AnnotationBody,
    answers: { 200: AnnotationOut },
    errors: [...UNKNOWN, ...REFUSED_MARK],
  },
  deleteAnnotation: {
    summary: 'Delete it and its test case',
    tag,
    answers: { 200: AnnotationOut },
    errors: UNKNOWN,
  },
  restoreAnnotation: {
    summary: 'Undo the delete',
    tag,
    answers: { 200: AnnotationOut },
    errors: [...UNKNOWN, 'not_enough_candles', 'non_positive_price'],
  },

  createReviewedSpan: {
    summary: 'Say that everything to take in a stretch is marked',
    tag: 'reviewed spans',
    body: ReviewedSpanBody,
    answers: { 201: ReviewedSpanOut },
    errors: ['unknown_symbol', 'unknown_venue', 'invalid_span'],
  },
  listReviewedSpans: {
    summary: 'Reviewed spans, by time: all, or a page of them',
    tag: 'reviewed spans',
    query: MarketPageQuery,
    answers: { 200: ReviewedSpansOut },
  },
  getReviewedSpan: {
    summary: 'One reviewed span',
    tag: 'reviewed spans',
    answers: { 200: ReviewedSpanOut },
    errors: ['unknown_reviewed_span'],
  },
  deleteReviewedSpan: {
    summary: 'Take it back',
    tag: 'reviewed spans',
    answers: { 200: ReviewedSpanOut },
    errors: ['unknown_reviewed_span'],
  },

  listTestCases: {
    summary: 'Test cases and their states, by entry: all, or a page of those of annotations that stand',
    tag: 'test cases',
    query: MarketPageQuery,
    answers: { 200: TestCasesOut },
  },
  getTestCase: {
    summary: 'One test case, whole',
    tag: 'test cases',
    answers: { 200: TestCaseOut },
    errors: ['unknown_test_case', 'broken_test_case'],
  },
} as const
