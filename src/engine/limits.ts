/** The table of limits, for those who may not import the broker itself. */
export {
  limitTable,
  valueProblem,
  type AllowedValue,
  type Limit,
  type LimitName,
} from '../broker/limit-table.ts';
