/** The table of limits, for those who may not import the broker itself. */
export { limitTable, valueProblem, type Limit, type LimitName } from '../broker/limit-table.ts';
