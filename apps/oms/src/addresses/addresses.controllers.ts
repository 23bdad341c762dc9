import {
  City,
  Country,
  District,
  getCity,
  getCountry,
  getDistrict,
  getTownship,
  listCities,
  listCountries,
  listDistricts,
  listTownships,
  Township,
} from '@refundry/contracts';
import { resourceTable } from '@refundry/persistence';
import { readOnlyController } from '../read-only-resource.js';

export const addressControllers = [
  readOnlyController(listCountries, getCountry, resourceTable('country', Country, { pk: 'id' })),
  readOnlyController(listCities, getCity, resourceTable('city', City, { pk: 'id', country: 'country_id' })),
  readOnlyController(listTownships, getTownship, resourceTable('township', Township, { pk: 'id', city: 'city_id' })),
  readOnlyController(
    listDistricts,
    getDistrict,
    resourceTable('district', District, { pk: 'id', city: 'city_id', township: 'township_id' }),
  ),
];
